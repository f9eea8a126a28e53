#![no_main]
sanctuary_fuzz::target!(sanctuary_wire::fuzzing::room_id, DECODER);
