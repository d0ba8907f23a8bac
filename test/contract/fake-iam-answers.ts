import * as iam from '@aws-sdk/client-iam';

export const noSuchEntity = () =>
  new iam.NoSuchEntityException({ message: 'no such entity', $metadata: { httpStatusCode: 404 } });

export const limitExceeded = () =>
  new iam.LimitExceededException({ message: 'quota', $metadata: { httpStatusCode: 409 } });

export const deleteConflict = () =>
  new iam.DeleteConflictException({ message: 'delete others first', $metadata: { httpStatusCode: 409 } });

export const pageOf = <T>(all: readonly T[], marker: string | undefined, pageSize: number) => {
  const start = Number(marker ?? 0);
  const end = start + pageSize;
  const more = end < all.length;
  return { page: all.slice(start, end), IsTruncated: more, ...(more && { Marker: String(end) }) };
};

export const remove = (all: { delete(id: string): boolean }, id: string | undefined) => {
  if (!all.delete(id ?? '')) throw noSuchEntity();
  return {};
};

export const update = (all: Map<string, iam.StatusType>, id: string | undefined, status?: iam.StatusType) => {
  if (!all.has(id ?? '')) throw noSuchEntity();
  all.set(id ?? '', status ?? 'Active');
  return {};
};
