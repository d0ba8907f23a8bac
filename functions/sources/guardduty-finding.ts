import { z } from 'zod';
import { partitionOf } from '../credentials/partition.ts';
import { accountId, instant, text } from './fields.ts';
import type { Principal } from './finding-principal.ts';

const loose = z.string().nullish();

const accessKeySchema = z.object({
  accessKeyId: loose,
  principalId: loose,
  userName: loose,
  userType: loose,
});

const actorSchema = z.object({
  user: z
    .object({
      name: loose,
      uid: loose,
      type: loose,
      credentialUid: loose,
      account: z.object({ uid: accountId.nullish() }).nullish(),
    })
    .nullish(),
});

const resourceSchema = z.object({
  resourceType: loose,
  uid: loose,
  accountId: accountId.nullish(),
  data: z.object({ accessKey: accessKeySchema.omit({ accessKeyId: true }).nullish() }).nullish(),
});

/** The parts of a finding that matter, as EventBridge has it ("Finding", GuardDuty API Reference, in lower camel case). */
export const guardDutyFindingSchema = z.object({
  id: text,
  accountId,
  region: text,
  type: text,
  title: z.string().nullish(),
  severity: z.number().min(0).max(10),
  updatedAt: instant,
  resource: z.object({ resourceType: text.nullish(), accessKeyDetails: accessKeySchema.nullish() }),
  service: z.object({
    archived: z.boolean().nullish(),
    count: z.int().nullish(),
    eventLastSeen: instant.nullish(),
    additionalInfo: z.object({ sample: z.unknown().optional(), value: z.unknown().optional() }).nullish(),
    detection: z
      .object({
        sequence: z
          .object({ actors: z.array(actorSchema).nullish(), resources: z.array(resourceSchema).nullish() })
          .nullish(),
      })
      .nullish(),
  }),
});
export type GuardDutyFinding = z.output<typeof guardDutyFindingSchema>;

/** Marked in one of three ways, older and newer ("Sample findings", GuardDuty User Guide). */
export const isSample = ({ title, service }: GuardDutyFinding): boolean => {
  const { sample, value } = service.additionalInfo ?? {};
  const inValue = typeof value === 'string' && /"sample"\s*:\s*true/.test(value);
  return sample === true || inValue || (title?.startsWith('[SAMPLE]') ?? false);
};

type Found = Omit<Principal, 'partition'>;

const inActor =
  (account: string) =>
  (actor: z.output<typeof actorSchema>): Found[] => {
    const { user } = actor;
    if (!user) return [];
    const { name: userName, uid: principalId, type: userType, credentialUid: accessKeyId } = user;
    const field = 'detail.service.detection.sequence.actors';
    return [{ userName, principalId, userType, accessKeyId, account: user.account?.uid ?? account, field }];
  };

/**
 * The keys of an attack sequence, or its actors where it lists no keys. Assumption: `uid` of a resource of type
 * ACCESS_KEY and `credentialUid` of an actor are the key's id ("ResourceV2" and "User" in the GuardDuty API Reference
 * do not say); where they are not, the user is meant.
 */
const inSequence = ({ service, accountId: account }: GuardDutyFinding): Found[] => {
  const { resources, actors } = service.detection?.sequence ?? {};
  const keys = (resources ?? []).filter(({ resourceType }) => resourceType === 'ACCESS_KEY');
  if (keys.length === 0) return (actors ?? []).flatMap(inActor(account));
  const field = 'detail.service.detection.sequence.resources';
  return keys.map(({ data, uid: accessKeyId, accountId: owner }) => ({
    ...data?.accessKey,
    accessKeyId,
    account: owner ?? account,
    field,
  }));
};

/** Whose credentials a finding is about: those that a bucket, a cluster or a database was reached with, too. */
export const principalsOf = (finding: GuardDutyFinding): Principal[] => {
  const details = finding.resource.accessKeyDetails;
  const partition = partitionOf(finding.region);
  const field = 'detail.resource.accessKeyDetails';
  const empty = !details || Object.values(details).every((value) => !value);
  const own = empty ? [] : [{ ...details, account: finding.accountId, field }];
  return [...own, ...inSequence(finding)].map((principal) => ({ ...principal, partition }));
};

/**
 * GuardDuty adds repeats to the same finding, and its `count` grows. Each repeat is an event of its own: what an operator
 * restored and is then misused again is cut again, and a rating that rose since is heard. A finding that is known to be
 * wrong is archived or suppressed in GuardDuty. Security Hub hands on the same id and count, so both sources agree.
 */
export const occurrenceId = (
  findingId: string,
  count: string | number | null | undefined,
  at: string,
): string => `${findingId}:${count ?? at}`;
