#![no_main]
sanctuary_fuzz::target!(sanctuary_server::fuzzing::host, DECODER);
