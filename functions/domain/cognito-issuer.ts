/** A pool's id is `REGION_ID` ("UserPoolId" in the Amazon Cognito user pools API Reference). */
export const regionOf = (poolId: string): string => poolId.slice(0, poolId.lastIndexOf('_'));

/** `iss` of the pool's tokens ("Verifying JSON web tokens", Amazon Cognito Developer Guide). */
export const issuerOf = (poolId: string): string =>
  `https://cognito-idp.${regionOf(poolId)}.amazonaws.com/${poolId}`;

/**
 * How the tokens of an issuer may spell its name. A Cognito user pool has two, of which a token carries either
 * (aws-jwt-verify 5.2, `CognitoJwtVerifier`); settings and denylist have the first, that of `issuerOf`.
 */
export const spellingsOf = (issuer: string): string[] => [
  issuer,
  ...(issuer.startsWith('https://cognito-idp.') ? [issuer.replace('https://', 'https://issuer-')] : []),
];

/** The first spelling of what a token says. */
export const firstSpellingOf = (iss: string): string =>
  iss.replace(/^https:\/\/issuer-(?=cognito-idp\.)/, 'https://');
