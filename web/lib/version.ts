/** The package's version; tools/build.mjs puts package.json's in its place. */
declare const PACKAGE_VERSION: string;
export const VERSION: string = PACKAGE_VERSION;
