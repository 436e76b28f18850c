/** Made by scripts/pack-viewer while porthole is built, and by vitest. */
declare module 'virtual:packed-viewer' {
  /** The bundled viewer's Python, zlib-compressed and word-coded, as base64; launcher.py unpacks it. */
  export const archive: string;
}
