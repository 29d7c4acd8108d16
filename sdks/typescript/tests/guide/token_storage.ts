// Add const assertion
tokenStorage: {
  type: 'localStorage' as const,  // Required!
  key: 'janua_auth',
}
