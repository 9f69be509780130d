// Keeps the page's own files, so that it works without a network after the first visit; models keep themselves.
declare const PAGE_FILES: readonly string[];
declare const PAGE_VERSION: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const PREFIX = 'attention-head-page-';
const KEPT = PREFIX + PAGE_VERSION;
const scope = self as unknown as Pick<Window, 'addEventListener' | 'location'>;

async function keep(): Promise<void> {
  const cache = await caches.open(KEPT);
  await cache.addAll(PAGE_FILES.map((file) => new URL(file, scope.location.href).href));
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== KEPT).map((name) => caches.delete(name)),
  );
}

/** What the server answers; where it can't be reached, what was kept. */
async function answer(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(request, { ignoreSearch: true });
    if (kept === undefined) throw error;
    return kept;
  }
}

scope.addEventListener('install', (event) => (event as Extendable).waitUntil(keep()));
scope.addEventListener('activate', (event) => (event as Extendable).waitUntil(forgetOthers()));
scope.addEventListener('fetch', (event) => {
  const { request } = event as Fetching;
  const isOwn = new URL(request.url).origin === scope.location.origin;
  if (request.method === 'GET' && isOwn) (event as Fetching).respondWith(answer(request));
});
