import { forgetFiles, keptFiles } from 'attention-head';

export async function example(print) {
  // core.loadModel(source, { keep: true }) keeps what it fetches in a browser; Node keeps nothing here.
  for (const { url } of await keptFiles()) if (url.endsWith('/example.gguf')) await forgetFiles(url);
  print((await keptFiles()).every(({ url, bytes }) => url.length > 0 && bytes >= 0));
  // → true
}
