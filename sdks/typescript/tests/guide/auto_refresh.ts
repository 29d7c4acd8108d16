// SDK should auto-refresh, verify setup:
const client = new JanuaClient({
  baseUrl: 'https://api.janua.dev',
  autoRefresh: true,  // Must be true
  refreshThreshold: 300  // Refresh 5 min before expiry
});
