/** Keeps the page for when there is no network, where the browser lets it. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    navigator.serviceWorker
      .register(new URL('./service_worker.js', import.meta.url), { type: 'module' })
      .catch(() => undefined);
  });
}
