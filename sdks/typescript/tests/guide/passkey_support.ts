// Check browser support
if (window.PublicKeyCredential) {
  console.log("WebAuthn supported");

  // Check platform authenticator
  const available = await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  console.log(`Platform authenticator: ${available}`);
}
