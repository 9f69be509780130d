// Runs the examples where they stand; what they print is shown under them, as text.

/** How a printed value is written: the comments in the examples are written so too. */
export function write(value) {
  if (ArrayBuffer.isView(value)) return [...value].map((number) => number.toFixed(3)).join(',');
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : String(value);
}

async function run(name, output) {
  const lines = [];
  const show = () => (output.textContent = lines.join('\n'));
  output.textContent = 'Running …';
  try {
    const { example } = await import(`./examples/${name}.js`);
    await example((...values) => {
      lines.push(values.map(write).join(' '));
      show();
    });
    show();
  } catch (error) {
    lines.push(error.message);
    show();
  }
}

if ('document' in globalThis) {
  for (const button of document.querySelectorAll('[data-run]')) {
    button.disabled = false;
    button.addEventListener('click', () => run(button.dataset.run, button.parentElement.nextElementSibling));
  }
}
