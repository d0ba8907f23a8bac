const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/;
const providerArn = /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/\S+$/;

/**
 * The role that a group stands for: its name can be the value of the SAML attribute `Role` itself, "role ARN,provider
 * ARN" or the other way round ("Configure SAML assertions for the authentication response", IAM User Guide).
 */
export const roleOfGroupName = (name: string): string | undefined => {
  const arns = name.split(',').map((part) => part.trim());
  if (arns.length !== 2 || !arns.some((arn) => providerArn.test(arn))) return undefined;
  return arns.find((arn) => roleArn.test(arn));
};
