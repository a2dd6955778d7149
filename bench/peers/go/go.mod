module onsale.invalid/peers

go 1.19
