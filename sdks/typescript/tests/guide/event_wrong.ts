// Wrong - old signature
januaClient.on('signIn', (user: User) => {});
