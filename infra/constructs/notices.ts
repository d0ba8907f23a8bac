import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { allow, type Grantee } from './allow.ts';

/**
 * Where owners are told what will happen to what is theirs. Subscribers choose by the message attributes `owner`, `kind`,
 * `policy` and `step` ("Amazon SNS subscription filter policies").
 */
export class Notices extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { email }: { email: string | undefined }) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    this.topicArn = topic.topicArn;
  }

  grantSend(grantee: Grantee): void {
    allow(grantee, { actions: ['sns:Publish'], resources: [this.topicArn] });
  }
}
