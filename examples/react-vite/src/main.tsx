import { JanuaProvider } from '@janua/react-sdk';
import '@janua/react-sdk/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './app.css';

const config = { baseUrl: import.meta.env.JANUA_BASE_URL ?? 'http://localhost:4100' };

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <JanuaProvider config={config} localization={navigator.language.startsWith('es') ? 'es' : 'en'}>
      <App />
    </JanuaProvider>
  </StrictMode>,
);
