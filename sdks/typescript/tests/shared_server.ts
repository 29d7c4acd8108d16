import type { TestProject } from 'vitest/node';
import { startServer } from './janua_server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    janua: string;
  }
}

export default async function setup(project: TestProject) {
  const server = await startServer({ REQUIRE_EMAIL_VERIFICATION: 'false', IMPERSONATION_ENABLED: 'true' });
  project.provide('janua', server.url);
  return () => server.stop();
}
