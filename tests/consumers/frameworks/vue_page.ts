// The tag in Vue: properties go in, events come out.
import { createApp, h, ref } from 'vue';

import 'attention-head/element';

const weights = { data: Float32Array.of(1, 0, 0.25, 0.75), shape: [2, 2] };
const given = { weights, tokens: ['one', 'two'] };

createApp({
  setup() {
    const query = ref(0);
    return () => [
      h('attention-head', {
        id: 'head',
        '.tensors': given,
        view: 'words',
        query: query.value,
        'onAttention-change': (event: CustomEvent<{ query: number }>) => (query.value = event.detail.query),
      }),
      h('button', { onClick: () => (query.value = 1) }, 'Second'),
      h('output', String(query.value)),
    ];
  },
}).mount('#root');
