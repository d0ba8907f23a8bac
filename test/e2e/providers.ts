import { startTokenIssuer, type TokenIssuer } from '../../infra/local/token-issuer.ts';
import { Auth0Person, Auth0Server } from '../support/auth0-server.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { OktaPerson, OktaServer } from '../support/okta-server.ts';

/** What Cutoff talks to beside AWS; each of them speaks its own HTTP, in this process. */
export interface Providers {
  readonly okta: OktaServer;
  readonly auth0: Auth0Server;
  readonly oauth: AuthorizationServer;
  /** Of the tokens that the authorizer sees. */
  readonly tokens: TokenIssuer;
  stop(): Promise<void>;
}

export const startProviders = async (): Promise<Providers> => {
  const okta = await new OktaServer().start();
  const auth0 = await new Auth0Server().start();
  const oauth = await startAuthorizationServer();
  const tokens = await startTokenIssuer();
  const stop = async () => {
    await Promise.all([okta.stop(), auth0.stop(), oauth.stop(), tokens.close()]);
  };
  return { okta, auth0, oauth, tokens, stop };
};

/** Somebody who consented to an application, and is signed in. */
export const addOktaPerson = ({ okta }: Providers, id: string, email: string): OktaPerson => {
  const person = okta.add(new OktaPerson(id, email));
  person.grants.push({}, {});
  person.clients.set('app', [{}]);
  return person;
};

export const addAuth0Person = ({ auth0 }: Providers, id: string, email: string): Auth0Person => {
  const person = auth0.add(new Auth0Person(id, email));
  person.sessions.push({});
  person.tokens.push({}, {});
  person.grants.push({});
  return person;
};
