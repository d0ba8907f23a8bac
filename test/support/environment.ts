// Real credentials of whoever runs the tests are never used, whatever a test does wrong.
process.env.AWS_ACCESS_KEY_ID = 'testing';
process.env.AWS_SECRET_ACCESS_KEY = 'testing';
process.env.AWS_REGION = 'eu-west-1';
delete process.env.AWS_PROFILE;
delete process.env.AWS_SESSION_TOKEN;
