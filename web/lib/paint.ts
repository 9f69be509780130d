export interface PaintStyle {
  theme?: 'light' | 'dark';
}
export interface Picture {
  width: number;
}
export function paintResident(...args: unknown[]): Picture {
  return args as unknown as Picture;
}
