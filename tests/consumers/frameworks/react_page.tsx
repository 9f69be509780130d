// The tag in React: properties go in, events come out.
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

import type { AttentionChoice, AttentionHeadElement } from 'attention-head/element';
import 'attention-head/element';
import type {} from 'attention-head/jsx';

const weights = { data: Float32Array.of(1, 0, 0.25, 0.75), shape: [2, 2] };

function Page() {
  const head = useRef<AttentionHeadElement>(null);
  const [query, setQuery] = useState(0);
  useEffect(() => {
    const listen = (event: Event) => setQuery((event as CustomEvent<AttentionChoice>).detail.query);
    head.current?.addEventListener('attention-change', listen);
    return () => head.current?.removeEventListener('attention-change', listen);
  }, []);
  return (
    <>
      <attention-head
        id="head"
        ref={head}
        tensors={{ weights, tokens: ['one', 'two'] }}
        view="words"
        query={query}
      />
      <button onClick={() => setQuery(1)}>Second</button>
      <output>{query}</output>
    </>
  );
}

createRoot(document.querySelector('#root') as Element).render(<Page />);
