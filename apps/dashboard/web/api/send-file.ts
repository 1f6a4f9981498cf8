import { errorFrom } from './client.js';

/** What is told of a file on its way. */
export interface SendListeners {
  readonly progress: (sentBytes: number) => void;
  /** The answer's body once it arrived. */
  readonly done: (body: unknown) => void;
  /** What went wrong, in a sentence. */
  readonly failed: (problem: string) => void;
}

/** Sends a file as a raw body. Only XMLHttpRequest tells how much of a body was sent. */
export function sendFile(address: string, file: File, { progress, done, failed }: SendListeners): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.upload.onprogress = ({ loaded }) => {
    progress(loaded);
  };
  request.onload = () => {
    const body = parsed(request.responseText);
    if (request.status < 400) done(body);
    else failed(errorFrom(body, request.status).message);
  };
  request.onerror = () => {
    failed('The connection was lost while the file was sent.');
  };
  request.send(file);
  return request;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
