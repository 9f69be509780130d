// npm start: everything from nothing, and the page.
import { build } from './build.mjs';
import { installModels } from './models.mjs';
import { listen, pageServer } from './serve.mjs';
import { main, say, StepError } from './setup/step.mjs';

await main(async () => {
  const port = Number(process.env.PORT || 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new StepError(`PORT must be a port number, got "${process.env.PORT}".`);
  }
  await build();
  const { bundleApp } = await import('./bundle_app.mjs');
  await bundleApp();
  await installModels().catch((error) =>
    say(`${error.message} The page shows its examples without the model.`),
  );
  const own = await listen(pageServer(), port);
  say(`The page is at http://localhost:${own}/`);
});
