/** What JSON can hold. A `null` trait removes the trait. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json | undefined };

/** Properties of an event, or traits of a person or group. */
export type Fields = { [name: string]: Json | undefined };

export interface ConnectOptions {
  /** Where the server is, such as `https://cdp.example.com`; may have a path. */
  host: string;

  /** The write key of the source. It is public: anybody who sees the page sees it. */
  writeKey: string;
}

/**
 * One browser's line to the server. Each call returns at once with the event's messageId; the event lies in localStorage until the server has
 * answered for it, and is sent again, after a pause that grows, under the same messageId. No call throws because the network is down.
 */
export interface Cdp {
  /** Somebody did something. */
  track(event: string, properties?: Fields): string;

  /** Says who the visitor is. Under another userId than before, the browser gets a new anonymousId first. */
  identify(userId: string | number, traits?: Fields): string;
  /** Says something about the visitor without naming her. */
  identify(traits: Fields): string;

  /** The page was viewed; its address and title are added. */
  page(name?: string, properties?: Fields): string;
  page(properties: Fields): string;

  /** The visitor belongs to a group, such as a company. */
  group(groupId: string | number, traits?: Fields): string;

  /** From now on the person is known as `userId`; `previousId` is the userId of now, or else the anonymousId, unless given. */
  alias(userId: string | number, previousId?: string | number): string;

  /** Whoever comes next is somebody else: forgets the userId and takes a new anonymousId. */
  reset(): void;

  /** Sends what is waiting, unless that is going on already. Done when the server has answered or a retry has been set. */
  flush(): Promise<void>;

  anonymousId(): string;

  /** Null before the first `identify` and after a `reset`. */
  userId(): string | null;

  /** A call as an array, such as `['track', 'Signed Up', { plan: 'pro' }]`; anything else is let pass. */
  push(call: CdpCall): unknown;
}

/** A call that a page may make before the script has loaded. */
export type CdpCall =
  | ['track', string, Fields?]
  | ['identify', string | number, Fields?]
  | ['identify', Fields]
  | ['page', string?, Fields?]
  | ['page', Fields]
  | ['group', string | number, Fields?]
  | ['alias', string | number, (string | number)?]
  | ['reset'];

/** Opens the line. To be called in a browser; connections with the same write key share what is waiting and who the visitor is. */
export function connect(options: ConnectOptions): Cdp;

declare global {
  interface Window {
    /** The script's calls; before it has loaded, the array of calls that it is to make. */
    cdp?: Cdp | CdpCall[];
  }
}
