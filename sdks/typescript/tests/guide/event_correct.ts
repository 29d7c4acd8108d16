// Correct - payload wrapper
januaClient.on('auth:signedIn', ({ user }: { user: User }) => {});
