/** The account that moto takes for its own, and the region everything local lives in. */
export const localAccount = '123456789012';
export const localRegion = 'eu-west-1';

/**
 * Fixed, so that nobody's real credentials are ever used. LocalStack takes an access key id of twelve digits for
 * the account's id ("Credentials", LocalStack docs); moto takes any.
 */
export const localCredentials = { accessKeyId: localAccount, secretAccessKey: 'local' } as const;
