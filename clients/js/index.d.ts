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

/** What may stand behind the arguments of a call. */
export interface CallOptions {
  /** Where and how it happened, over what is known anyway: `page` and `consent.categoryPreferences` member by member, all else as a whole. */
  context?: Fields;

  /** When it happened, if not now; a text is in ISO 8601. */
  timestamp?: Date | string;

  /** Which destinations it is meant for, in Segment's spelling. Sent along; nothing goes by it yet. */
  integrations?: Fields;
}

/** What a visitor said of each category of consent; `null` takes her word on it back. */
export type Choices = { [category: string]: boolean | null };

/**
 * One browser's line to the server. Each call returns at once with the event's messageId; the event lies in localStorage until the server has
 * answered for it, and is sent again, after a pause that grows, under the same messageId. No call throws because the network is down.
 */
export interface Cdp {
  /** Somebody did something. */
  track(event: string, properties?: Fields, options?: CallOptions): string;

  /** Says who the visitor is. Under another userId than before, the browser gets a new anonymousId first, and forgets what was agreed to. */
  identify(userId: string | number, traits?: Fields, options?: CallOptions): string;
  /** Says something about the visitor without naming her. */
  identify(traits: Fields, options?: CallOptions): string;

  /** The page was viewed; its address and title are added. */
  page(name?: string, properties?: Fields, options?: CallOptions): string;
  page(properties: Fields, options?: CallOptions): string;

  /** The visitor belongs to a group, such as a company. */
  group(groupId: string | number, traits?: Fields, options?: CallOptions): string;

  /** From now on the person is known as `userId`; `previousId` is the userId of now, or else the anonymousId, unless given. */
  alias(userId: string | number, previousId?: string | number | null, options?: CallOptions): string;
  alias(userId: string | number, options: CallOptions): string;

  /**
   * Remembers what the visitor agreed to and what not, over what she said before, and says it with every call from now on, in all tabs and on all
   * pages of the site, as `context.consent.categoryPreferences`. Sends nothing by itself. Forgotten when somebody else comes: by `reset`, and by
   * `identify` with another userId than before.
   */
  consent(choices: Choices): void;

  /** Whoever comes next is somebody else: forgets the userId and what was agreed to, and takes a new anonymousId. */
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
  | ['track', string, Fields?, CallOptions?]
  | ['identify', string | number, Fields?, CallOptions?]
  | ['identify', Fields, CallOptions?]
  | ['page', string?, Fields?, CallOptions?]
  | ['page', Fields, CallOptions?]
  | ['group', string | number, Fields?, CallOptions?]
  | ['alias', string | number, (string | number | null)?, CallOptions?]
  | ['alias', string | number, CallOptions]
  | ['consent', Choices]
  | ['reset'];

/** Opens the line. To be called in a browser; connections with the same write key share what is waiting and who the visitor is. */
export function connect(options: ConnectOptions): Cdp;

declare global {
  interface Window {
    /** The script's calls; before it has loaded, the array of calls that it is to make. */
    cdp?: Cdp | CdpCall[];
  }
}
