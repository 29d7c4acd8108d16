import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // `run` says where Janua is.
  envPrefix: ['VITE_', 'JANUA_'],
});
