import type { IdentifyCaller } from './caller.ts';
import { type RefusalReason, Refused } from './refused.ts';

/** "IAM identifiers", IAM User Guide: `user` may have a path, and of sessions the service is `sts`. */
const principalArn = /^arn:[\w-]+:(?<service>iam|sts)::(?<account>\d{12}):(?<type>[\w-]+)(\/(?<name>.+))?$/;

const otherwise: Readonly<Record<string, RefusalReason>> = {
  root: 'root-user',
  'assumed-role': 'role-session',
};

/**
 * The IAM user whose signature API Gateway has checked. Nobody else gets a token: whose a role's session is, only whoever
 * assumed it could say; and a temporary key cannot be traced to the key that it was minted from, so that cutting that one
 * would leave its tokens alive.
 *
 * Long-term keys begin with AKIA, temporary ones with ASIA ("IAM identifiers", unique identifiers).
 * Assumption: `accessKey` is the id of the key that signed. The samples of "Set up Lambda proxy integrations in API
 * Gateway" show it as null, for a route that takes no signatures. Without it there is no token.
 */
export const callerByIam: IdentifyCaller = ({ userArn, accessKey }, { account }) => {
  const { service, type = '', name, ...arn } = principalArn.exec(userArn ?? '')?.groups ?? {};
  if (service === undefined) throw new Refused('identity-missing');
  if (arn.account !== account) throw new Refused('foreign-account');
  if (service !== 'iam' || type !== 'user' || !name) throw new Refused(otherwise[type] ?? 'not-a-user');
  if (!accessKey?.startsWith('AKIA')) throw new Refused('not-a-long-term-key');
  const user = name.slice(name.lastIndexOf('/') + 1);
  const place = { account, region: 'global' };
  return {
    credential: { kind: 'iam-user', ...place, id: user },
    accessKey: { kind: 'iam-access-key', ...place, id: accessKey, user },
  };
};
