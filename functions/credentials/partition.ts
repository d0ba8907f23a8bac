/**
 * The partition that a region's ARNs begin with ("Amazon Resource Names (ARNs)", IAM User Guide). Assumption:
 * the two prefixes tell the public partitions apart; isolated ones are not served.
 */
export const partitionOf = (region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
};
