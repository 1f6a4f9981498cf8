import { EnvHttpProxyAgent, fetch, type Response } from 'undici';

/**
 * HTTP for downloads, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, in capitals or not. Node 20's own `fetch`
 * ignores them; undici is the same implementation and takes an agent that does not. Proxies are reached by CONNECT; one with a
 * password has it in its address. Node's own NODE_EXTRA_CA_CERTS names the certificate of a proxy that opens connections.
 */
export interface HttpClient {
  /** Follows redirects. The body must be read or cancelled. */
  readonly get: (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** A client for one pull; `environment` as `process.env`, which it is by default. */
export function openHttp(environment?: Readonly<Record<string, string | undefined>>): HttpClient {
  const agent = new EnvHttpProxyAgent(environment === undefined ? {} : proxiesIn(environment));
  return {
    get: (url, headers, signal) => fetch(url, { headers: { ...headers }, signal, dispatcher: agent }),
    close: () => agent.destroy(),
  };
}

function proxiesIn(environment: Readonly<Record<string, string | undefined>>): EnvHttpProxyAgent.Options {
  const named = (name: string): string => environment[name] ?? environment[name.toUpperCase()] ?? '';
  return { httpProxy: named('http_proxy'), httpsProxy: named('https_proxy'), noProxy: named('no_proxy') };
}
