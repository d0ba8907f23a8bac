const signer = {
  issuer: 'https://login.example.com',
  audience: 'https://signals.example.com',
  jwksUri: 'https://login.example.com/keys',
};

/** Every channel there is. */
export const everyChannel = {
  ssf: [signer],
  globalTokenRevocation: [signer],
  github: { tokenTypes: ['acme_token'] },
  oktaHook: true,
  scim: true,
  entra: true,
};
