/** Whether an element stands on a dark page: as its `color-scheme` says, else as the person's system does. */
export function themeOf(element: Element): 'light' | 'dark' {
  const schemes = getComputedStyle(element).colorScheme.split(' ');
  const [light, dark] = [schemes.includes('light'), schemes.includes('dark')];
  if (light !== dark) return dark ? 'dark' : 'light';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
