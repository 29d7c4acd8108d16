// Correct
const client = new JanuaClient({
  baseUrl: 'https://api.janua.dev',  // No trailing slash
});
