const pool = 'eu-west-1_aB3dE6gH9';

/** Everything that may be issued, and what that needs. */
export const everythingIssued = {
  credentials: { cognitoUserPools: [pool] },
  issue: {
    apiKeys: { usagePlans: ['gold'] },
    accessKeys: { paths: ['/partners/'] },
    oauthClients: { pools: [pool], scopes: ['shop/read'] },
    tokens: { issuer: 'https://tokens.acme.example', audience: 'shop' },
  },
};
