import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  build: {
    // Below these, `light-dark()` and what else the styles are made of would be written out twice.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    // A file as text in an address is what the content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
