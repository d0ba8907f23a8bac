/** A pool's id is `REGION_ID` ("UserPoolId" in the Amazon Cognito user pools API Reference). */
export const regionOf = (poolId: string): string => poolId.slice(0, poolId.lastIndexOf('_'));

/** `iss` of the pool's tokens ("Verifying JSON web tokens", Amazon Cognito Developer Guide). */
export const issuerOf = (poolId: string): string =>
  `https://cognito-idp.${regionOf(poolId)}.amazonaws.com/${poolId}`;
