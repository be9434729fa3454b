/** CDK's behaviour switches that touch what Holdfast deploys. Set in code, so that every way to synthesize agrees. */
export const FEATURE_FLAGS: Readonly<Record<string, boolean>> = {
  // ARNs read `arn:aws:` in the template instead of a reference that only CloudFormation can follow.
  '@aws-cdk/core:enablePartitionLiterals': true,
  // Statements with the same effect and condition become one, so that a role's policy can be read.
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // Access logs are let in by bucket policy; ACLs stay off.
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-kms:aliasNameRef': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:stackRelativeExports': true,
};
