import type { NextConfig } from 'next';

const config: NextConfig = {
  // The repository around has lock files of its own, which are not those of this application.
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
};

export default config;
