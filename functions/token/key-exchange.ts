import type { IdentifyCaller } from './caller.ts';
import { Refused } from './refused.ts';

/**
 * The key that API Gateway has checked, by its id; the value is never looked at.
 * Assumption: as for the authorizer (`authorize/request.ts`), the id is there where the method requires a key.
 */
export const callerByKey: IdentifyCaller = ({ apiKeyId }, home) => {
  if (!apiKeyId) throw new Refused('identity-missing');
  return { credential: { kind: 'api-gateway-key', ...home, id: apiKeyId } };
};
