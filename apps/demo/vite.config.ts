import { defineConfig } from 'vite';

/** The page of the dashboard, beside the service that serves it. */
export default defineConfig({
  root: 'web',
  base: './',
  publicDir: false,
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // One of each; nothing is worth a request of its own.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
});
