#![no_main]
sanctuary_fuzz::target!(sanctuary_wire::fuzzing::client_frame, DECODER);
