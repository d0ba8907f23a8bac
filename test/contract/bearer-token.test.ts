import { BearerTokenRevoker } from '../../functions/credentials/bearer-token.ts';
import { bearerToken } from '../../functions/domain/credential.ts';
import { issuerSchema } from '../../functions/domain/settings.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { CallLog, loggedDenylist } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home } from './stand-ins.ts';
import { ada, now, order } from './worlds.ts';

const issuer = issuerSchema.parse({
  issuer: 'https://id.example.com',
  audience: 'api',
  jwksUri: 'https://id.example.com/jwks',
});

// Only Cutoff writes the denylist, and a subject's tokens are never gone: those two promises do not arise.
describeRevokerContract('bearer-token', async () => {
  const log = new CallLog();
  const denylist = loggedDenylist(new MemoryDenylist(), log);
  const credential = bearerToken(home, { issuer: issuer.issuer, by: 'subject', value: ada.email });
  return {
    revoker: new BearerTokenRevoker({ home, denylist, issuers: [issuer], blockedDays: 90, now }),
    credential,
    order: { ...order, action: 'block' },
    log,
    finds: [{ for: 'subject', subjects: [ada] }],
    ignores: [{ for: 'everyone' }, { for: 'principal', principal: credential }],
    missingAction: 'dynamodb:PutItem',
  };
});
