/** Why a connection ended: WebSocket close codes (section 3). */
export const CloseCode = {
  /** The room or the session has ended; an `Ended` frame came before. */
  Ended: 1000,
  /** The relay is shutting down; an `Ended` frame came before. */
  ShuttingDown: 1001,
  /** The bytes break RFC 6455. */
  ProtocolError: 1002,
  /** A text message was sent. */
  TextMessage: 1003,
  /** A text, such as the reason of a close, is not UTF-8. */
  InvalidText: 1007,
  /** A frame was larger than the limit. */
  TooLarge: 1009,
  /** A frame did not decode. */
  Malformed: 4000,
  /** A frame is not allowed in this state of the connection. */
  Unexpected: 4001,
  /** Neither created, joined nor resumed within the time limit. */
  Idle: 4002,
  /** The reader fell behind by more than the queue limit; it may reconnect and resume. */
  Stalled: 4003,
  /** Far more frames came than the relay takes in the time. */
  TooFast: 4004,
} as const;
