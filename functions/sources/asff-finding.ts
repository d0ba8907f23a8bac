import { z } from 'zod';
import { partitionOf } from '../credentials/partition.ts';
import { InvalidInput } from '../domain/errors.ts';
import { iamUser, isAccessKeyId, isTemporaryKeyId, userNamePattern, userSubject } from './aws-names.ts';
import { accountId, instant } from './fields.ts';
import type { Named, Principal } from './finding-principal.ts';

const loose = z.string().nullish();

const resourceSchema = z.object({
  Type: z.string(),
  Id: z.string(),
  Region: loose,
  Details: z
    .object({
      AwsIamAccessKey: z
        .object({
          AccessKeyId: loose,
          AccountId: accountId.nullish(),
          PrincipalId: loose,
          PrincipalName: loose,
          PrincipalType: loose,
          UserName: loose,
        })
        .nullish(),
      AwsIamUser: z.object({ UserName: loose }).nullish(),
    })
    .nullish(),
});
type Resource = z.output<typeof resourceSchema>;

/** The parts of a finding that matter ("AWS Security Finding Format (ASFF)", Security Hub User Guide). */
export const asffSchema = z.object({
  Id: z.string().min(1).max(400),
  AwsAccountId: accountId,
  Region: loose,
  Title: loose,
  Types: z.array(z.string()).nullish(),
  UpdatedAt: instant,
  LastObservedAt: instant.nullish(),
  Severity: z.object({ Normalized: z.number().min(0).max(100).nullish(), Label: loose }).nullish(),
  ProductFields: z.record(z.string(), z.unknown()).nullish(),
  RecordState: loose,
  Workflow: z.object({ Status: loose }).nullish(),
  WorkflowState: loose,
  Sample: z.boolean().nullish(),
  Resources: z.array(resourceSchema),
});
export type AsffFinding = z.output<typeof asffSchema>;

/** The least of each label, as `Normalized` would have it ("Severity", ASFF). */
const byLabel: Readonly<Record<string, number>> = {
  INFORMATIONAL: 0,
  LOW: 0.1,
  MEDIUM: 4,
  HIGH: 7,
  CRITICAL: 9,
};

/** 0 to 10, or `undefined` for a finding that nobody rated. */
export const severityOf = ({ Severity }: AsffFinding): number | undefined => {
  const { Normalized, Label } = Severity ?? {};
  if (typeof Normalized === 'number') return Normalized / 10;
  return Label && Object.hasOwn(byLabel, Label) ? byLabel[Label] : undefined;
};

/** As GuardDuty marks them, in newer and in older fields, and as other products may. */
export const isSample = ({ Sample, Title, ProductFields }: AsffFinding): boolean => {
  const fields = ProductFields ?? {};
  const { additionalInfo } = fields;
  return (
    Sample === true ||
    (Title?.startsWith('[SAMPLE]') ?? false) ||
    fields['aws/guardduty/service/additionalInfo/sample'] === 'true' ||
    (typeof additionalInfo === 'string' && /"sample"\s*:\s*true/.test(additionalInfo))
  );
};

const placeOf = (finding: AsffFinding, resource: Resource) => ({
  account: finding.AwsAccountId,
  partition: partitionOf(resource.Region ?? finding.Region ?? ''),
});

/** `AWS::IAM::AccessKey:AKIA…`; `…:null` where GuardDuty saw a console session. */
const keyIdOf = ({ Id, Details }: Resource): string | undefined =>
  [Id.slice(Id.lastIndexOf(':') + 1), Details?.AwsIamAccessKey?.AccessKeyId ?? ''].find(
    (id) => isAccessKeyId(id) || isTemporaryKeyId(id),
  );

/** Who had the access keys that a finding names. `UserName` is the older name of `PrincipalName`. */
export const keyPrincipalsOf = (finding: AsffFinding): Principal[] =>
  finding.Resources.filter(({ Type }) => Type === 'AwsIamAccessKey').map((resource) => {
    const details = resource.Details?.AwsIamAccessKey;
    const place = placeOf(finding, resource);
    return {
      ...place,
      account: details?.AccountId ?? place.account,
      accessKeyId: keyIdOf(resource),
      principalId: details?.PrincipalId,
      userName: details?.PrincipalName ?? details?.UserName,
      userType: details?.PrincipalType,
      field: 'Resources',
    };
  });

const userArnPattern = /^arn:aws[\w-]*:iam::(\d{12}):user\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})$/;

const ofUserResource = (finding: AsffFinding, resource: Resource): Named => {
  const [uri, account, name] = userArnPattern.exec(resource.Id) ?? [];
  if (uri && account && name)
    return { subject: { format: 'uri', uri }, credential: iamUser({ account }, name) };
  const place = placeOf(finding, resource);
  const given = resource.Details?.AwsIamUser?.UserName ?? '';
  if (!userNamePattern.test(given)) throw new InvalidInput('Resources', 'names no IAM user');
  return { subject: userSubject(place, given), credential: iamUser(place, given) };
};

/** The IAM users that a finding names. Throws `InvalidInput` for one without a name. */
export const usersOf = (finding: AsffFinding): Named[] =>
  finding.Resources.filter(({ Type }) => Type === 'AwsIamUser').map((one) => ofUserResource(finding, one));
