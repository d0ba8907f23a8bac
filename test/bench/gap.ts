import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { bearer, makePerson, tell } from '../e2e/hand-made.ts';
import { gapAfter, statusOf } from '../support/request-gap.ts';

type Ask = () => Promise<number>;

const routes = (cutoff: LocalCutoff) => {
  const at = (path: string) => `${cutoff.urls.gateway}/${cutoff.outputs.ProtectedStage}${path}`;
  return {
    withToken:
      (token: string): Ask =>
      () =>
        statusOf(at('/hello'), bearer(token)),
    withKey:
      (value: string): Ask =>
      () =>
        statusOf(at('/partner'), { 'x-api-key': value }),
  };
};

/** One revocation of each sort, with what a client sends meanwhile. */
const trials = async (cutoff: LocalCutoff) => {
  const { withToken, withKey } = routes(cutoff);
  const { issuer } = cutoff;
  const operate = (request: object) => () =>
    cutoff.invoke(cutoff.outputs.OperatorFunction, { reason: 'bench', ...request });
  const told = (event: string, email: string) => () => tell(cutoff, event, email);
  const leaver = await makePerson(cutoff, 'gap-leaver');
  const partner = await makePerson(cutoff, 'gap-partner');
  const token = (sub: string, claims = {}) => issuer.issue(`${sub}@acme.example`, claims);
  const one = (by: 'jti' | 'sid', value: string) =>
    operate({ credential: { kind: 'bearer-token', issuer: issuer.issuer, by, value } });
  const client = { format: 'opaque', id: 'gap-client' };
  return [
    [
      'token, by event',
      told('user.lifecycle.deactivate', leaver.email),
      withToken(await issuer.issue(leaver.email)),
    ],
    ['API key, by event', told('user.lifecycle.deactivate', partner.email), withKey(partner.apiKey.value)],
    [
      'cleared session, by event',
      told('user.session.clear', 'cleared@acme.example'),
      withToken(await token('cleared')),
    ],
    [
      'client, by hand',
      operate({ subject: client, change: 'application-retired' }),
      withToken(await token('of-client', { client_id: client.id })),
    ],
    ['one jti, by hand', one('jti', 'gap-jti'), withToken(await token('of-jti', { jti: 'gap-jti' }))],
    ['one session, by hand', one('sid', 'gap-sid'), withToken(await token('of-sid', { sid: 'gap-sid' }))],
  ] as const;
};

/**
 * From a revocation to the first request that is refused, over HTTP on the local stack. Times of this machine, in which moto
 * and the local runner have the largest part: they say that the path is whole, not how fast AWS is.
 */
export const benchGap = async (): Promise<object[]> => {
  const cutoff = await startLocalCutoff();
  try {
    const rows: object[] = [];
    for (const [what, revoke, ask] of await trials(cutoff)) {
      const { milliseconds, requests } = await gapAfter(revoke, ask);
      rows.push({ what, firstRefusedAfterMs: milliseconds, letThroughMeanwhile: requests });
    }
    return rows;
  } finally {
    await cutoff.stop();
  }
};
