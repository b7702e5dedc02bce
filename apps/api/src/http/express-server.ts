import { createServer, IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Express } from "express";

// Node's two constructors are functions, which its types do not tell. `Reflect.construct` would do without this, but the
// objects that it creates for another constructor are as slow as those whose prototype was changed.
const initRequest = IncomingMessage as unknown as (this: IncomingMessage, socket: Socket) => void;
const initResponse = ServerResponse as unknown as (this: ServerResponse, request: object, options: object) => void;

export interface ExpressServer {
  server: Server;
  /** Answers requests with this application. Call it once, before the first request can arrive. */
  serve(app: Express): void;
}

/**
 * A server whose requests and responses are created with Express's prototypes.
 *
 * Express changes the prototype of each request and response to `app.request` and `app.response`. In Node.js 20, V8 accesses
 * the properties of an object slowly after its prototype has changed. Here the objects have these prototypes from the
 * start, and Express's `Object.setPrototypeOf` changes nothing. Figures: docs/decisions/0032.
 */
export function createExpressServer(options: { keepAliveTimeout: number }): ExpressServer {
  // Functions, because the prototype of a class cannot be replaced.
  function ExpressRequest(this: IncomingMessage, socket: Socket) {
    initRequest.call(this, socket);
  }
  function ExpressResponse(this: ServerResponse, request: IncomingMessage, responseOptions: object) {
    initResponse.call(this, request, responseOptions);
  }
  ExpressRequest.prototype = IncomingMessage.prototype;
  ExpressResponse.prototype = ServerResponse.prototype;

  const server = createServer({
    ...options,
    IncomingMessage: ExpressRequest as unknown as typeof IncomingMessage,
    ServerResponse: ExpressResponse as unknown as typeof ServerResponse,
  });
  return {
    server,
    serve(app) {
      ExpressRequest.prototype = app.request;
      ExpressResponse.prototype = app.response;
      server.on("request", app);
    },
  };
}
