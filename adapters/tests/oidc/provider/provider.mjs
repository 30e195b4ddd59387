// A certified OpenID Connect provider for the tests, and the faults that a provider can have.
//
// node provider.mjs '{"redirect": "http://127.0.0.1:1/back"}'
//
// Prints its issuer on one line and ends when its standard input does. `GET /control?fault=NAME` sets the
// fault of every later answer, none without a name; `GET /control?rotate=1` gives it new keys,
// `GET /control?redirect=URL` another address to which people come back.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT, decodeJwt, importJWK } from 'jose';
import { Provider } from 'oidc-provider';

const options = JSON.parse(process.argv[2] ?? '{}');
const secret = 'a secret of the test that is long enough for HS256';

const people = {
  asha: { email: 'asha@example.test', email_verified: true, name: 'Asha Rao', locale: 'hi' },
  ravi: { email: 'ravi@example.test', email_verified: false, name: 'Ravi' },
  lata: { email: 'lata@example.test', email_verified: true, name: 'Lata Naik' },
  thief: { email: 'vikram@example.test', email_verified: false, name: 'Vikram' },
};

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

let fault = '';
let key = newKey();
let provider;

function open(issuer) {
  provider = new Provider(issuer, {
    clients: [{
      client_id: 'desk',
      client_secret: secret,
      redirect_uris: [options.redirect],
      token_endpoint_auth_method: options.auth ?? 'client_secret_basic',
    }],
    clientAuthMethods: [options.auth ?? 'client_secret_basic'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
    // Whether the claims are in the id token, or at the userinfo endpoint alone, as the standard wants.
    conformIdTokenClaims: !options.claimsInToken,
    cookies: { keys: ['a key of the test'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    jwks: { keys: [key] },
    pkce: { required: () => true },
    ttl: { IdToken: options.lives ?? 3600, AuthorizationCode: 60, AccessToken: 60, Grant: 600, Interaction: 600, Session: 600 },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token' && ctx.body?.id_token) {
      ctx.body.id_token = await spoilt(ctx.body.id_token, ctx.body);
    }
    if (ctx.oidc?.route === 'userinfo' && fault === 'another subject') ctx.body.sub = 'meera';
    if (ctx.path.endsWith('openid-configuration') && fault === 'another name') ctx.body.issuer += '/x';
  });
}

async function spoilt(token, body) {
  const claims = decodeJwt(token);
  const signed = async (change) => {
    change(claims);
    const header = { alg: 'RS256', kid: key.kid };
    return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, 'RS256'));
  };
  const parts = token.split('.');
  switch (fault) {
    case 'audience': return signed((c) => { c.aud = 'another'; });
    case 'audiences': return signed((c) => { c.aud = ['desk', 'another']; });
    case 'party': return signed((c) => { c.azp = 'another'; });
    case 'issuer': return signed((c) => { c.iss = 'https://another.example'; });
    case 'nonce': return signed((c) => { c.nonce = 'another'; });
    case 'no nonce': return signed((c) => { delete c.nonce; });
    case 'access token': return signed((c) => { c.at_hash = 'AAAAAAAAAAAAAAAAAAAAAA'; });
    case 'unsigned': return new UnsecuredJWT(claims).encode();
    case 'shared secret': {
      const header = { alg: 'HS256' };
      return new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(secret));
    }
    case 'stranger': {
      const stranger = { ...newKey(), kid: key.kid };
      const header = { alg: 'RS256', kid: key.kid };
      return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(stranger, 'RS256'));
    }
    case 'content': {
      const other = Buffer.from(JSON.stringify({ ...claims, sub: 'meera' })).toString('base64url');
      return [parts[0], other, parts[2]].join('.');
    }
    case 'no id token': body.id_token = undefined; return undefined;
    default: return token;
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (url.pathname === '/control') {
    fault = url.searchParams.get('fault') ?? '';
    if (url.searchParams.has('redirect')) {
      options.redirect = url.searchParams.get('redirect');
      open(provider.issuer);
    }
    if (url.searchParams.has('rotate')) {
      key = newKey();
      open(provider.issuer);
    }
    return response.end();
  }
  const [kind, where] = fault.split(' at ');
  if (where && url.pathname.endsWith(where)) {
    switch (kind) {
      case 'hang': return undefined;
      case 'stall': return response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      case 'cut': return request.socket.destroy();
      case 'moved': return response.writeHead(302, { location: '/elsewhere' }).end();
      case 'words': return response.writeHead(200, { 'content-type': 'application/json' }).end('asha.secret');
      case 'flood': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = () => { while (response.write(' '.repeat(65536))); };
        response.on('drain', more);
        return more();
      }
      default: return response.writeHead(Number(kind)).end('asha.secret');
    }
  }
  return provider.callback()(request, response);
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  open(issuer);
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
