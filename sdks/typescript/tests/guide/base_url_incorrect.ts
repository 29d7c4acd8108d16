// Incorrect
const client = new JanuaClient({
  baseUrl: 'https://api.janua.dev/',  // Trailing slash causes issues
});
