import {
  DeleteApiKeyCommand,
  DeleteUsagePlanCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { expect, it } from 'vitest';
import { ApiGatewayKeyRevoker } from '../../functions/credentials/api-gateway-key.ts';
import type { CredentialRevoker } from '../../functions/credentials/credential-revoker.ts';
import type { ApiGatewayKey } from '../../functions/domain/credential.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { loggedDenylist } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addApiKey, addUsagePlan, addUser, now, order } from './worlds.ts';

const revokerOn = ({ clients, log }: StandIn): CredentialRevoker<ApiGatewayKey> =>
  new ApiGatewayKeyRevoker({
    clients,
    home,
    denylist: loggedDenylist(new MemoryDenylist(), log),
    blockedDays: 90,
    now,
  });

onEveryStandIn((standIn) => {
  describeRevokerContract('api-gateway-key', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    await addUsagePlan(aws, credential);
    const apiKey = credential.id;
    return {
      revoker: revokerOn(aws),
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
      ignores: [{ for: 'principal', principal: await addUser(aws) }],
      missingAction: 'dynamodb:PutItem',
      cutByOthers: async () => {
        const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
        await aws.admin.apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
      },
      deletedByOthers: async () => {
        await aws.admin.apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
      },
    };
  });

  it('reads the same facts from the inventory and from the key itself', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const revoker = revokerOn(aws);
    const facts = {
      arn: `arn:aws:apigateway:eu-west-1::/apikeys/${credential.id}`,
      name: expect.stringMatching(/^ada-/),
      tags: { owner: ada.email },
    };
    expect(await revoker.describe(credential)).toEqual(facts);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toContainEqual({
      credential,
      facts,
    });
  });

  it('takes the key off its usage plans, and puts it back on those that are still there', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const keyId = credential.id;
    const plans = [await addUsagePlan(aws, credential), await addUsagePlan(aws, credential)];
    const deleted = await addUsagePlan(aws, credential);
    const onPlans = async () =>
      (await aws.admin.apiGateway.send(new GetUsagePlansCommand({ keyId }))).items?.map(({ id }) => id);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    expect(await onPlans()).toEqual([]);
    await aws.admin.apiGateway.send(new DeleteUsagePlanCommand({ usagePlanId: deleted }));
    await revoker.restore(credential, original);
    expect(await onPlans()).toEqual(plans);
  });

  it('is alive while it is on a plan, enabled or not refused', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const revoker = revokerOn(aws);
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    await addUsagePlan(aws, credential);
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });
});
