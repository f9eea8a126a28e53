#![no_main]
sanctuary_fuzz::target!(sanctuary_wire::fuzzing::relay_frame, DECODER);
